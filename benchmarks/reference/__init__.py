"""An independent implementation of the engine's contract, in C."""
