"""What is known about deliveries once they are in: what is missing, unusual, set aside or restated.

What does not belong here: reading files (`intake`), printing (`commands`).
"""
