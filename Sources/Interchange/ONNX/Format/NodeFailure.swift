/// Why a node of a graph cannot be read, run or lowered; whoever goes through the graph adds file, node and operator.
struct NodeFailure: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
