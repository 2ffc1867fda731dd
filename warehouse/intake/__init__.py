"""From delivered bytes to accounted rows: what is there, what it means, good rows, refused rows.

`take` drives it. What does not belong here: what people are told about deliveries (`deliveries`),
who a row belongs to (`identity`), models.
"""
