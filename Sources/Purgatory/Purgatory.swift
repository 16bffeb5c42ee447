// Purgatory
