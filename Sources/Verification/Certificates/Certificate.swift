import Essentials
import Networks
import Tensors

/// A file that proves a verdict to whoever reads it together with the files of the network and the problem:
/// `vnnlua help certificates` says what stands in it, and the program vnncheck, which shares no code with this one,
/// checks it.
public struct Certificate {
  private let path: String
  private let question: Question
  /// The file of the network, as safetensors.
  public let networkPath: String
  /// The file of the problem.
  public let problemPath: String

  /// A certificate at `path` about a question and the files that state it.
  ///
  /// - Parameters:
  ///   - networkPath: a file that holds the network. Where there is none, or others than us may read it in another way,
  ///     `path`.network.safetensors is written.
  ///   - problemPath: a file that holds the problem; otherwise `path`.problem.json is written.
  /// - Throws: `Misuse` when a file states something else; `OutsideFailure` when one cannot be read or written.
  public init(
    at path: String, about question: Question, networkPath: String? = nil, problemPath: String? = nil
  ) throws {
    self.path = path
    self.question = question
    if let networkPath, try Certificate.isPlain(networkPath) {
      guard try NetworkFile.read(networkPath).hasSameParameters(as: question.network) else {
        throw Misuse("certificate: expected \(networkPath) to hold the network in question, and it holds another")
      }
      self.networkPath = networkPath
    } else {
      self.networkPath = "\(path).network.safetensors"
      try NetworkFile.write(question.network, to: self.networkPath)
    }
    if let problemPath {
      guard try Problem.read(problemPath).isSameQuestion(as: question.problem) else {
        throw Misuse("certificate: expected \(problemPath) to hold the problem in question, and it holds another")
      }
      self.problemPath = problemPath
    } else {
      self.problemPath = "\(path).problem.json"
      try question.problem.write(self.problemPath)
    }
  }

  /// Whether a file holds a network in the way of our own files, with nothing beside it.
  private static func isPlain(_ path: String) throws -> Bool {
    guard path.lowercased().hasSuffix(".safetensors") else { return false }
    let types: [ElementType] = [.float32, .float64, .int64, .uint8]
    return try SafeTensors(reading: path).entries.allSatisfy {
      $0.name.hasPrefix("layers.") && types.contains($0.elementType)
    }
  }

  /// Writes the proof of a search that was recorded.
  ///
  /// - Throws: `Misuse` when the search is about another question; `OutsideFailure` when it was not recorded or proved
  ///   nothing, or the file cannot be written.
  public func write(_ search: Certified<BranchAndBound>) throws {
    guard search.answers(question.network, question.problem) else {
      throw Misuse("certificate: expected a search about this network and problem, got one about others")
    }
    guard let record = search.content.completeRecord else {
      throw OutsideFailure("certificate: the search proved nothing, or was not recorded")
    }
    let file = try Certificate.begin(path, "robust", networkPath, problemPath)
    try record.write(region: 0, rivals.enumerated().map { (against: $1, root: $0) }, to: file)
    try file.finish()
  }

  /// Writes the proof by duals of linear programs.
  ///
  /// - Throws: `Misuse` when the relaxation is about another question; `OutsideFailure` when it proved nothing, or not by
  ///   duals alone, or the file cannot be written.
  public func write(_ relaxation: Certified<LinearRelaxation>) throws {
    guard relaxation.answers(question.network, question.problem) else {
      throw Misuse("certificate: expected a relaxation of this network and problem, got one of others")
    }
    guard let leaves = try relaxation.content.certificateLeaves() else {
      throw OutsideFailure("certificate: the duals prove nothing, or rest on bounds that have to be proved first")
    }
    let file = try Certificate.begin(path, "robust", networkPath, problemPath)
    var known = CertificateText("region 1")
    for layer in 1..<question.network.layers.count { known.line("layer \(layer)") }
    try file.write(known.bytes)
    for (rival, leaf) in zip(rivals, leaves) {
      try file.write(CertificateText("against", "\(rival + 1)").bytes)
      try file.write(leaf.bytes)
    }
    try file.finish()
  }

  /// Writes that somebody's word is all there is: a checker says so, and by whom.
  ///
  /// - Parameter words: who proved it and where that can be looked at, on one line.
  public func write(trusting words: String) throws {
    let file = try Certificate.begin(path, "robust", networkPath, problemPath)
    try file.write(CertificateText("region 1").bytes)
    for rival in rivals {
      try file.write(CertificateText("against", "\(rival + 1)").bytes)
      try file.write(CertificateText("trusted", words.replacing("\n", with: " ")).bytes)
    }
    try file.finish()
  }

  /// Writes an adversarial input that is in the region exactly, and whose margin in real numbers is positive: the
  /// witness's own, or one beside it.
  ///
  /// - Throws: `OutsideFailure` when there is none next to the witness, or the file cannot be written.
  public func write(_ witness: Witness) throws {
    let recheck = Recheck(question.network, question.problem)
    guard let point = recheck.movedInside(witness.point) else {
      throw OutsideFailure("certificate: no point next to the witness is exactly in the region")
    }
    let exact = try Witness(point, network: question.network, problem: question.problem, projects: false)
    let outputs = recheck.exactOutputs(at: point)
    guard exact.isCertain, recheck.meetsConstraints(point, outputs, outputs: recheck.outputs64(at: point)) else {
      throw OutsideFailure(
        "certificate: next to the witness there is no point whose margin is positive, and that meets the constraints, "
          + "without any rounding")
    }
    try Certificate.write(point, to: Certificate.begin(path, "adversarial", networkPath, problemPath))
  }

  /// Writes and finishes the claim of an input.
  static func write(_ point: [Double], to file: FileWriter) throws {
    var text = CertificateText()
    text.add("input")
    for number in point {
      text.add(" ")
      text.add(number)
    }
    text.end()
    try file.write(text.bytes)
    try file.finish()
  }

  private var rivals: [Int] { question.problem.rivals(outputCount: question.network.outputCount) }

  /// The file of a claim, begun with what it is about.
  static func begin(
    _ path: String, _ claim: String, _ networkPath: String, _ problemPath: String
  ) throws -> FileWriter {
    let file = try FileWriter(path)
    var text = CertificateText("vnn-certificate 1")
    text.line("network \(Digest.sha256(try FileAccess.read(networkPath)))")
    text.line("problem \(Digest.sha256(try FileAccess.read(problemPath)))")
    text.line("claim \(claim)")
    try file.write(text.bytes)
    return file
  }
}
