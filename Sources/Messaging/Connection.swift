import Essentials

/// Where a kernel listens and with which key it signs: a connection file of Jupyter ("Messaging in Jupyter", protocol
/// 5.4, and "Making kernels for Jupyter", jupyter-client.readthedocs.io).
public struct Connection: Sendable {
  /// The channels of a kernel, as the file calls their ports.
  enum Channel: String {
    case shell = "shell_port"
    case control = "control_port"
    case publication = "iopub_port"
    case input = "stdin_port"
    case heartbeat = "hb_port"
  }

  /// With what messages are signed; empty where nobody signs.
  let key: [UInt8]
  private let transport: String
  private let address: String
  private let ports: [String: Int]

  /// Whether only those who have the key are heard.
  public var isSigned: Bool { !key.isEmpty }

  /// Reads a connection file.
  ///
  /// - Throws: `OutsideFailure` when it is missing, lacks something, or asks for a transport or signature that we do not
  ///   have.
  public init(path: String) throws {
    let file = try JSON(parsing: FileAccess.read(path), path: path)
    func failure(_ what: String) -> OutsideFailure { OutsideFailure("\(path): \(what)") }
    guard let transport = file["transport"]?.string, let address = file["ip"]?.string, let key = file["key"]?.string
    else { throw failure("expected a connection file of Jupyter, with transport, ip and key") }
    guard transport == "tcp" || transport == "ipc" else {
      throw failure("transport: expected tcp or ipc, got \(transport)")
    }
    let scheme = file["signature_scheme"]?.string ?? "hmac-sha256"
    guard key.isEmpty || scheme == "hmac-sha256" else {
      throw failure("signature_scheme: expected hmac-sha256, got \(scheme)")
    }
    (self.transport, self.address, self.key) = (transport, address, Array(key.utf8))
    ports = (file.object ?? [:]).compactMapValues(\.int)
    for channel in [Channel.shell, .control, .publication, .input, .heartbeat] where ports[channel.rawValue] == nil {
      throw failure("expected a number, \(channel.rawValue)")
    }
  }

  func endpoint(_ channel: Channel) -> String {
    "\(transport)://\(address)\(transport == "tcp" ? ":" : "-")\(ports[channel.rawValue] ?? 0)"
  }
}
