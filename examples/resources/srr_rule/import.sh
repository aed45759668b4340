terraform import srr_rule.orders 'orders=>orders-backup'
