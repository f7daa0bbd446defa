"""A person's own chat model: a GGUF file, served by llama.cpp as one more part of the stack."""
