"""Tables at scale: DataFrame in, DataFrame out."""
