"""Kinds of customers found in their indicators (F31): fit, labels that last, a card for each.

Importing anything here is quick; scikit-learn and scipy are imported inside functions. What does
not belong here: which customers and indicators (`ml/clusterings/`), probabilities (`ml/`).
"""
