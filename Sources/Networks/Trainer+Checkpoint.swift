extension Trainer { func writeCheckpoint(to path: String) throws {} }
