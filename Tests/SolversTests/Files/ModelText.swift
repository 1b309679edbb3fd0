import Essentials
import MILP
import TestSupport

extension Model {
  /// Everything that a file says of a model, in lines that can be compared: columns, rows, objective, constructs.
  var lines: [String] {
    var lines = ["\(name): \(objectiveSense.rawValue) + \(objectiveConstant)"]
    for column in 0..<columnCount where !isRemoved(column: column) {
      let (lower, upper) = givenBounds(column)
      lines.append(
        "\(columnName(column)): \(lower) to \(upper), \(kinds[column]), costs \(objectiveCoefficients[column])")
    }
    for row in 0..<rowCount where !isRemoved(row: row) {
      let entries = rowStarts[row]..<rowStarts[row + 1]
      let terms = zip(columnIndices[entries], coefficients[entries]).map { "\($1) \(columnName(Int($0)))" }.sorted()
      lines.append("\(rowName(row)): \(rowLower[row]) to \(rowUpper[row]): \(terms.joined(separator: " + "))")
    }
    return lines + constructs.compactMap { try? text(of: $0) }
  }
}

/// The model that is read from `text` in a file with this ending.
func read(_ text: String, _ ending: String) throws -> Model {
  try withTemporaryDirectory { folder in
    let path = "\(folder)/model.\(ending)"
    try FileAccess.write(text, to: path)
    return try ModelFile.read(path)
  }
}

/// Why `text` is refused, without the path.
func refusal(_ text: String, _ ending: String) -> String {
  do {
    return "read as \(try read(text, ending).lines)"
  } catch {
    let message = "\(error)"
    return message.range(of: "model.\(ending): ").map { String(message[$0.upperBound...]) } ?? message
  }
}
