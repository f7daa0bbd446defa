INSERT INTO photo_feedback (feedback_id, media_id, tenant_id, made_by, at_ms, correct_category, correct_item,
                            correct_state, note, said)
SELECT %(feedback_id)s, media_id, tenant_id, %(made_by)s, %(at_ms)s, %(correct_category)s, %(correct_item)s,
       %(correct_state)s, %(note)s,
       jsonb_build_object('category', category, 'item', item, 'state', state, 'confidence', confidence,
                          'abstained', abstained, 'model', model)
FROM photo WHERE media_id = %(media_id)s
