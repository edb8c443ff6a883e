"""`make demo`: a shop's order history is imported, understood, and lived forward with the win-back campaign on.

Everything that the package does is the real thing: real import, real tasks in a real worker, mails by real SMTP, orders
through the shop's own checkout. What is not real is the people: docs/simulator.md says how they answer.
"""
