//! Files made to do harm: a typed reason, and neither time nor memory.
