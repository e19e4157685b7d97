"""What integrators read, made from the interfaces and records: OpenAPI document and 对接方案."""
