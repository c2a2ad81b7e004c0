"""Binary neural networks: train them, pack every weight into one bit, and classify with them."""

__version__ = "0.2.0"
