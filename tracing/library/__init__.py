"""追溯码识别规则库: the rules that staff keep, and which of them are in force."""
