"""What the product is about: facts, deployability, rosters. No input or output, no solver,
no web.
"""
