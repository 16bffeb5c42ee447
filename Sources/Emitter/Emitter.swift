// Emitter
