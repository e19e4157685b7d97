"""The signed interface: messages become rows of records and questions, and these become answers.

It holds no rule of its own; what a row must be is said by the records, who may do what by the keys.
"""
