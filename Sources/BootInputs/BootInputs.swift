// BootInputs
