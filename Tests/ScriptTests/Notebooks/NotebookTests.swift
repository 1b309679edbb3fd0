import Essentials
import TestSupport
import Testing

/// The Jupyter kernel, by PyPI's jupyter_client, jupyter_kernel_test and nbclient.
@Suite("Notebooks", .enabled(if: Component.python.isWanted, "\(Component.python.reason)"))
struct NotebookTests {
  private let folder = "\(packageDirectory)/Tests/ScriptTests/Notebooks"

  /// Installs the kernel in a folder and runs a Python program with that and more arguments.
  private func python(
    _ program: String, _ arguments: [String], sandboxed: Bool = false, environment: [String: String] = [:]
  ) throws -> CommandLineRun {
    try withTemporaryDirectory { prefix in
      let options = ["kernel", "--install", "--prefix", prefix] + (sandboxed ? ["--sandbox"] : [])
      let install = try CommandLineRun.vnnlua(options)
      #expect(install.status == 0, "\(install.errors)")
      return try CommandLineRun(
        Component.python.path(), ["\(folder)/\(program)", prefix] + arguments, environment: environment)
    }
  }

  @Test("jupyter_kernel_test passes")
  func conformance() throws {
    let run = try python("conformance.py", [])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.errors.contains("OK") && !run.errors.contains("Ran 0"), "\(run.errors)")
  }

  @Test(
    "cells, output, interrupts, questions, pictures, strangers' messages and ends are as the protocol wants them",
    arguments: ["vnnlua", "vnnlua-sandbox"])
  func channels(name: String) throws {
    let run = try python("channels.py", [name], sandboxed: name.hasSuffix("sandbox"))
    #expect(run.status == 0 && run.output == "ok\n", "\(run.output)\(run.errors)")
  }

  @Test(
    "strangers' messages change nothing, wrong ones are answered, and a stranger's cell runs nothing in the front end",
    arguments: ["vnnlua", "vnnlua-sandbox"])
  func hostile(name: String) throws {
    let isSandboxed = name.hasSuffix("sandbox")
    let options = isSandboxed ? ["--instruction-limit", "30000000"] : []
    let run = try python("hostile.py", [name] + options, sandboxed: isSandboxed)
    #expect(run.status == 0 && run.output == "ok\n", "\(run.output)\(run.errors)")
  }

  @Test(
    "JupyterLab's debugger stops in cells, shows their variables and goes on; in a sandbox there is none",
    arguments: ["vnnlua", "vnnlua-sandbox"])
  func debugger(name: String) throws {
    let run = try python("debugger.py", [name], sandboxed: name.hasSuffix("sandbox"))
    #expect(run.status == 0 && run.output == "ok\n", "\(run.output)\(run.errors)")
  }

  @Test("the notebooks run whole, and a browser shows what they are exported as")
  func notebooks() throws {
    let names = ["digit", "wine-blend", "policies"]
    try withTemporaryDirectory { folder in
      let run = try python(
        "notebooks.py", names.map { "\(packageDirectory)/Scripts/notebooks/\($0).ipynb" },
        environment: ["VNNLUA_NOTEBOOK_OUT": folder])
      #expect(run.status == 0, "\(run.output)\(run.errors)")
      let lines = run.output.split(separator: "\n")
      #expect(lines.count == 3 && lines[0].contains("image/png") && lines[1].contains("text/html"), "\(run.output)")
      #expect(lines.last?.contains("image/svg+xml") == true, "\(run.output)")
      guard Component.browser.isWanted else { return }
      for (name, pictures) in zip(names, [7, 0, 1]) {
        let page = String(decoding: try FileAccess.read("\(folder)/\(name).html"), as: UTF8.self)
        try FileAccess.write(page.replacing("</body>", with: Self.probe + "</body>"), to: "\(folder)/\(name).html")
        let look = try CommandLineRun(
          try Component.browser.path(),
          [
            "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder)/profile",
            "--window-size=1100,900", "--virtual-time-budget=3000", "--dump-dom", "file://\(folder)/\(name).html",
          ])
        let title = try #require(look.output.firstMatch(of: /<title>(.*?)<\/title>/), "\(look.errors)").1
        let seen = try JSON(parsing: Array(title.utf8), path: "title")
        #expect(seen["pictures"]?.int == pictures && seen["broken"]?.int == 0, "\(name): \(title)")
        #expect(seen["failures"]?.int == 0 && seen["outputs"] == .boolean(true), "\(name): \(title)")
        #expect(try #require(seen["wide"]?.double) <= 1, "\(name): \(title)")
      }
    }
  }

  /// Writes into the page's title what the browser made of it.
  private static let probe = """
    <script>addEventListener('load', () => {
      const outputs = [...document.querySelectorAll('.jp-OutputArea-output')]
      const images = outputs.flatMap(output => [...output.querySelectorAll('img')])
      const drawings = outputs.flatMap(output => [...output.querySelectorAll('svg')]).filter(svg => svg.clientWidth > 300)
      document.title = JSON.stringify({
        pictures: images.length + drawings.length, broken: images.filter(image => image.naturalWidth < 3).length,
        failures: document.querySelectorAll('[data-mime-type="application/vnd.jupyter.error"]').length,
        outputs: outputs.length > 2, wide: document.documentElement.scrollWidth / innerWidth,
      })
    })</script>
    """

  @Test("wrong command lines and connection files are refused")
  func refused() throws {
    try withTemporaryDirectory { folder in
      for text in ["", "{}", "[1]", #"{"transport":"udp","ip":"127.0.0.1","key":""}"#] {
        try FileAccess.write(text, to: "\(folder)/c.json")
        let run = try CommandLineRun.vnnlua(["kernel", "--connection-file", "\(folder)/c.json"])
        #expect(run.status == 1 && run.errors.contains("c.json"), "\(text): \(run.errors)")
      }
      for words in [["kernel"], ["kernel", "--prefix", folder], ["kernel", "--install", "--else"]] {
        #expect(try CommandLineRun.vnnlua(words).status == 2)
      }
    }
  }
}
