"""订单信息: a 发货单 or 收货单 as one thing."""
