"""Placeholder until the generator lands."""


def generate(loans, seed, out):
    raise NotImplementedError
