"""Keys of interfaces (接口密钥): who may call for a unit, and how a call proves it."""
