"""Neural networks on time series of pixels, by PyTorch, which no other room imports."""
