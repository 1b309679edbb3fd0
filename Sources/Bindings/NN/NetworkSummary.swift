import LuaHost
import Networks

/// What `network:summary()` gives: a table to print, and its rows as data.
struct NetworkSummary: LuaBoxable {
  static let luaTypeName = "vnn.Summary"
  let layers: [Network.LayerSummary]

  static func describe(_ type: LuaType<Box<NetworkSummary>>) {
    type.field("rows") { summary, call in call.push(.array(summary.value.layers.map(row))) }
    type.field("parameters") { summary, call in call.push(summary.value.layers.reduce(0) { $0 + $1.parameters }) }
    type.field("zero_weights") { summary, call in call.push(summary.value.layers.reduce(0) { $0 + $1.zeroWeights }) }
    type.length { $0.value.layers.count }
    // Nil past the end, so that ipairs works.
    type.indexed { summary, position, call in
      let layers = summary.value.layers
      guard position >= 1, position <= layers.count else { return call.pushNil() }
      return call.push(row(layers[position - 1]))
    }
    type.text { $0.value.text }
  }

  private static func row(_ layer: Network.LayerSummary) -> LuaValue {
    .table([
      ("inputs", .integer(layer.inputs)), ("outputs", .integer(layer.outputs)), ("kind", .string(layer.kind)),
      ("rectified", .integer(layer.rectified)),
      ("parameters", .integer(layer.parameters)), ("zero_weights", .integer(layer.zeroWeights)),
      ("empty_neurons", .integer(layer.emptyNeurons)), ("largest_weight", .number(layer.largestWeight)),
    ])
  }

  /// The rows in aligned columns under their names, and the sums.
  private var text: String {
    var cells = [["layer", "inputs", "outputs", "parameters", "zero weights", "empty neurons", "largest weight"]]
    for (index, layer) in layers.enumerated() {
      let largest = (layer.largestWeight * 1e4).rounded() / 1e4
      cells.append(
        [index + 1, layer.inputs, layer.outputs, layer.parameters, layer.zeroWeights, layer.emptyNeurons]
          .map { String($0) } + ["\(largest)"])
    }
    let sums = [\Network.LayerSummary.parameters, \.zeroWeights, \.emptyNeurons].map { field in
      String(layers.reduce(0) { $0 + $1[keyPath: field] })
    }
    cells.append(["sum", "", ""] + sums + [""])
    let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    let lines = cells.map { row in
      zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }.joined(separator: "  ")
    }
    return lines.map { line in
      var line = line[...]
      while line.last == " " { line.removeLast() }
      return String(line)
    }.joined(separator: "\n")
  }
}
