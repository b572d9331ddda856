using System.Runtime.Versioning;

namespace Touchline.Scraping.Tests.Support;

/// <summary>A shell script in a folder of its own. It can count its runs by a line in <c>runs</c>.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TemporaryProgram : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TemporaryProgram(string script) => Rewrite(script);

    public string Path => _folder.File("program");

    public int Runs => System.IO.File.Exists(File("runs")) ? System.IO.File.ReadAllLines(File("runs")).Length : 0;

    public string File(string name) => _folder.File(name);

    /// <summary>Puts another script in its place at once: one that is being written cannot be run.</summary>
    public void Rewrite(string script)
    {
        var next = _folder.Write("next", $"#!/bin/sh\ncd '{System.IO.Path.GetDirectoryName(Path)}'\necho run >> runs\n{script}\n");
        System.IO.File.SetUnixFileMode(next, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        System.IO.File.Move(next, Path, overwrite: true);
    }

    public void Dispose() => _folder.Dispose();
}
