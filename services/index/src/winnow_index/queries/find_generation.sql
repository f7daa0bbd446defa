SELECT dimensions FROM generation WHERE generation = %(generation)s
