import Essentials
import TestSupport
import Testing

@Suite("Pictures for print and for terminals", .enabled(if: Component.gnuplot.isWanted, "\(Component.gnuplot.reason)"))
struct PictureTests {
  /// A box of a word on a page, in points.
  private struct Word {
    let text: String
    let left, top, right, bottom: Double

    /// Whether two words stand on each other, by more than the space that fonts have around letters.
    func covers(_ other: Word) -> Bool {
      let width = min(right, other.right) - max(left, other.left)
      let height = min(bottom, other.bottom) - max(top, other.top)
      return width > 0.5 && height > 0.35 * min(bottom - top, other.bottom - other.top)
    }
  }

  private func words(of pdf: String) throws -> (words: [Word], width: Double, height: Double) {
    let text = try CommandLineRun("/usr/bin/pdftotext", ["-bbox", pdf, "-"]).output
    let page = try #require(text.firstMatch(of: /<page width="([\d.]+)" height="([\d.]+)">/))
    let words = text.matches(of: /xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)<\/word>/)
    let boxes = words.map {
      Word(
        text: String($0.5), left: Double($0.1) ?? -1, top: Double($0.2) ?? -1, right: Double($0.3) ?? -1,
        bottom: Double($0.4) ?? -1)
    }
    return (boxes, try #require(Double(page.1)), try #require(Double(page.2)))
  }

  private func expectReadable(_ pdf: String, _ place: String) throws {
    let (words, width, height) = try words(of: pdf)
    #expect(abs(width - 8.6 / 2.54 * 72) < 1, "\(place): a column wide")
    #expect(words.count > 10)
    for (index, word) in words.enumerated() {
      let isInside = word.left >= 0 && word.top >= 0 && word.right <= width && word.bottom <= height
      #expect(isInside, "\(place): \(word.text) is clipped")
      for other in words[(index + 1)...] {
        #expect(!word.covers(other), "\(place): \(word.text) and \(other.text) stand on each other")
      }
    }
    let fonts = try CommandLineRun("/usr/bin/pdffonts", [pdf]).output.split(separator: "\n").dropFirst(2)
    #expect(!fonts.isEmpty && fonts.allSatisfy { $0.contains(" yes yes ") }, "\(place): fonts are inside: \(fonts)")
  }

  @Test(
    "a comparison's pictures fit a column, with no text on text, up to the limit and the number tried; TeX reads them")
  func comparison() throws {
    try withTemporaryDirectory { folder in
      let run = try CommandLineRun.vnnlua([
        "run", "compare-policies", "--problems", "3", "--time-limit", "2", "--rates", "0.5,0.9", "--policies",
        "magnitude,margin_aware,interval_width,region_surgeon", "--out", folder,
      ])
      #expect(run.status == 0, "\(run.errors)")
      for name in ["found", "curves"] {
        for end in ["svg", "png", "pdf", "tex"] {
          #expect(FileAccess.exists("\(folder)/report/\(name).\(end)"), "\(name).\(end)")
        }
        try expectReadable("\(folder)/report/\(name).pdf", name)
      }
      let script = String(decoding: try FileAccess.read("\(folder)/report/curves.gp"), as: UTF8.self)
      let tried = run.output.contains("skipped") ? 2 : 3
      #expect(script.contains("set yrange [0:\(tried)]") && script.contains("\n2 "), "\(script.prefix(400))")
      try compile(["found", "curves"], in: "\(folder)/report")
    }
  }

  @Test("what is special to TeX is written as it is, twice in one document")
  func specialCharacters() throws {
    try withTemporaryDirectory { folder in
      let code = #"""
        local plot = require "vnn.plot"
        local text = "a_b & 50 % of {x} #1 $2 ^3 ~ <4>"
        assert(plot.draw {
          stem = "special", data = { points = { { 0.1, 1, 0.5 }, { 10, 2, 0.5 } } },
          script = "set logscale x\nset xlabel " .. plot.quote(text) .. "\nset ylabel 'y_1'\nset key below\n"
            .. "plot $points using 1:2:3 with yerrorbars title 'e_1', $points using 1:2 with lines title 'l%'",
        })
        """#
      let run = try CommandLineRun.vnnlua(["-"], input: code, directory: folder)
      #expect(run.status == 0, "\(run.errors)")
      try expectReadable("\(folder)/special.pdf", "special")
      let tex = String(decoding: try FileAccess.read("\(folder)/special.tex"), as: UTF8.self)
      #expect(tex.contains(##"a\_b \& 50 \% of \{x\} \#1 \$2 \textasciicircum{}3"##), "\(tex.suffix(2000))")
      try compile(["special", "special"], in: folder)
    }
  }

  /// Where LaTeX is installed, which is large.
  private func compile(_ names: [String], in folder: String) throws {
    guard FileAccess.exists("/usr/bin/pdflatex") else { return }
    let inputs = names.map { "\\input{\($0).tex}" }.joined(separator: "\n\n")
    let start = "\\documentclass{article}\\usepackage{tikz}\\usetikzlibrary{arrows,patterns,plotmarks,backgrounds,fit}"
    try FileAccess.write(start + "\\begin{document}\(inputs)\\end{document}", to: "\(folder)/document.tex")
    let run = try CommandLineRun(
      "/usr/bin/pdflatex", ["-halt-on-error", "-interaction=nonstopmode", "document.tex"], directory: folder)
    #expect(run.status == 0, "\(run.output.suffix(600))")
  }

  @Test("colours of the terminal's pictures are for terminals only")
  func terminalColours() throws {
    let code = "print(require('vnn.plot').bars { { 'a', 1 } })"
    #expect(try CommandLineRun.vnnlua(["-e", code]).output == "a \(String(repeating: "█", count: 40)) 1\n")
    let command = "TERM=xterm exec script -qec \"\(CommandLineRun.builtExecutable) -e \\\"\(code)\\\"\" /dev/null"
    let seen = try CommandLineRun("/bin/sh", ["-c", "unset NO_COLOR; " + command])
    #expect(seen.output.contains("\u{1B}[38;2;0;114;178m█"), "\(seen.output)\(seen.errors)")
    let refused = try CommandLineRun("/bin/sh", ["-c", "export NO_COLOR=1; " + command])
    #expect(refused.output.contains("█") && !refused.output.contains("\u{1B}"), "\(refused.output)")
  }
}
