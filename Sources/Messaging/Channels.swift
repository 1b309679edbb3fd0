import CMessaging
import Essentials
import Glibc

/// The channels of a kernel: requests come in by them, and answers, output and questions go out.
///
/// Make it before the interpreter, which takes the standard input that is there, and before a sandbox closes, which makes
/// no sockets; `start` the threads after that. Everything here but the threads' own work happens on the thread that runs
/// scripts.
public final class Channels {
  // Unsafe because C's callback has no context: it is set once, by the thread that runs scripts.
  nonisolated(unsafe) private static var serving: Channels?

  /// What ZeroMQ's thread is given to send the last messages, in microseconds.
  private static let lastPause: UInt32 = 100_000

  private let publisher: Publisher
  private let control: ControlThread
  private let shell: MessageSocket
  private let heartbeat: MessageSocket
  private let input: AskedInput
  private var output: CapturedOutput?
  /// What looks at messages of strangers' cells before they are sent.
  private var inert: InertContent?

  /// The request that is being worked on, and whether it came by the control channel.
  private var current: (request: Message, isControl: Bool)?
  /// The one that another request interrupts.
  private var suspended: (request: Message, isControl: Bool)?
  /// Whether the request that is being worked on was answered, which one that interrupts it does not change.
  private var isAnswered = false
  /// Requests that had come when one before them failed, of which those to execute are refused.
  private var refused: [[[UInt8]]] = []

  /// Opens the sockets of `connection`.
  ///
  /// - Parameter sandboxed: whether only messages in which nothing runs are sent.
  /// - Throws: `OutsideFailure` when ZeroMQ is missing or an address is taken.
  public init(_ connection: Connection, sandboxed: Bool) throws {
    inert = sandboxed ? InertContent() : nil
    publisher = try Publisher(connection)
    control = try ControlThread(connection, publisher)
    shell = try MessageSocket(.router)
    try shell.bind(connection.endpoint(.shell))
    heartbeat = try MessageSocket(.reply)
    try heartbeat.bind(connection.endpoint(.heartbeat))
    input = try AskedInput(connection, publisher)
  }

  /// Takes over standard output and standard error, and starts the threads.
  ///
  /// - Parameters:
  ///   - interrupt: stops what runs; called on another thread.
  ///   - isInterrupted: whether something is being stopped.
  public func start(interrupt: @escaping @Sendable () -> Void, isInterrupted: @escaping () -> Bool) throws {
    messaging_buffer_lines()
    let output = try CapturedOutput(publisher)
    self.output = output
    input.prepare = { [unowned self] in showOutput() }
    input.isInterrupted = { [control] in isInterrupted() || control.isEnding }
    try BackgroundThread.start { [heartbeat] in
      while true {
        _ = MessageSocket.wait(for: [heartbeat])
        while let frames = heartbeat.receive() { heartbeat.send(frames) }
      }
    }
    try control.start(interrupt: interrupt)
    Channels.serving = self
    // Also where a script ends the process.
    atexit {
      Channels.serving?.showOutput()
      usleep(Channels.lastPause)
    }
    publisher.publish("status", #"{"execution_state":"starting"}"#, answering: nil)
  }

  /// Waits for the next request, which is answered until `finish`; nil when the process is to end.
  public func next() -> Message? {
    while !control.isEnding {
      if !refused.isEmpty {
        guard let request = publisher.read(refused.removeFirst()) else { continue }
        begin(request, isControl: false)
        guard request.type == "execute_request" else { return request }
        reply("execute_reply", #"{"status":"aborted"}"#)
        finish()
        continue
      }
      guard let position = MessageSocket.wait(for: [control.relay, shell]).first else { continue }
      let isControl = position == 0
      guard let frames = (isControl ? control.relay : shell).receive(),
        let request = isControl ? publisher.readAgain(frames) : publisher.read(frames)
      else { continue }
      begin(request, isControl: isControl)
      return request
    }
    return nil
  }

  /// Has requests to execute that have come by now refused, because the present one fails; call it before that is known
  /// to those who ask.
  public func refuseOthers() { while let frames = shell.receive() { refused.append(frames) } }

  /// Publishes what was printed so far.
  private func showOutput() {
    messaging_flush()
    output?.drain()
  }

  private func begin(_ request: Message, isControl: Bool) {
    current = (request, isControl)
    isAnswered = false
    output?.begin(request)
    publisher.publish(isBusy: true, for: request)
  }

  /// Takes a request of the control channel while another request is being worked on, which goes on after `resume`.
  ///
  /// - Parameter waits: whether to wait for one; else nil where none has come. Nil too after an interrupt.
  public func interject(waits: Bool) -> Message? {
    repeat {
      let ready = MessageSocket.wait(for: [control.relay], milliseconds: waits ? 100 : 0)
      if !ready.isEmpty, let frames = control.relay.receive(), let request = publisher.readAgain(frames) {
        suspended = current
        current = (request, true)
        publisher.publish(isBusy: true, for: request)
        return request
      }
    } while waits && !input.isInterrupted()
    return nil
  }

  /// Says that what was interjected is done.
  public func resume() {
    guard let (request, _) = current else { return }
    publisher.publish(isBusy: false, for: request)
    (current, isAnswered) = (suspended, false)
  }

  /// Says that the request is done.
  public func finish() {
    guard let (request, _) = current else { return }
    // A front end would wait for it for ever.
    if !isAnswered, request.type == "execute_request" {
      reply("execute_reply", #"{"status":"error","ename":"Error","evalue":"there is no answer","traceback":[]}"#)
    }
    showOutput()
    publisher.publish(isBusy: false, for: request)
    input.request = nil
  }

  /// Answers the request.
  ///
  /// - Parameter content: a JSON text, as below.
  public func reply(_ type: String, _ content: String) {
    guard let content = passed(type, content), let (request, isControl) = current else { return }
    isAnswered = true
    showOutput()
    (isControl ? control.relay : shell).send(publisher.answer(type, content, to: request))
  }

  /// Tells all front ends, after what was printed.
  public func publish(_ type: String, _ content: String) {
    guard let content = passed(type, content) else { return }
    showOutput()
    publisher.publish(type, content, answering: current?.request)
  }

  /// What is sent of a message's content.
  private func passed(_ type: String, _ content: String) -> String? {
    inert == nil ? content : inert?.passed(type, content)
  }

  /// From now on, whoever reads the standard input asks the front end that made the request, or nobody.
  public func allowInput(_ isAllowed: Bool) { input.request = isAllowed ? current?.request : nil }

  /// Asks for a line; nil when nobody can be asked.
  public func ask(_ prompt: String) -> String? { input.ask(prompt) }
}
