UPDATE call_limit SET calls = %(calls)s, pace = %(pace)s, best_pace = %(best_pace)s WHERE api = %(api)s
