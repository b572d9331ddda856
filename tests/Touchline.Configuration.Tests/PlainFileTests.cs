using System.Diagnostics;
using System.Net.Sockets;

namespace Touchline.Configuration.Tests;

/// <summary>What would keep its reader waiting for ever is refused before it is opened.</summary>
public sealed class PlainFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-plain-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Pipe_is_refused_through_a_link_too()
    {
        var pipe = Pipe("pipe");
        File.CreateSymbolicLink(At("link"), pipe);

        Assert.Equal($"{pipe} is a pipe and not a file", Assert.Throws<IOException>(() => PlainFile.ReadAllText(pipe)).Message);
        Assert.Throws<IOException>(() => PlainFile.ReadAllBytes(At("link")));
    }

    [Fact]
    public void Socket_and_device_are_refused()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(At("socket")));
        File.CreateSymbolicLink(At("device"), "/dev/zero");

        Assert.Contains("is a socket", Assert.Throws<IOException>(() => PlainFile.OpenRead(At("socket"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a device", Assert.Throws<IOException>(() => PlainFile.OpenRead(At("device"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_read_and_what_is_none_fails_as_ever()
    {
        File.WriteAllText(At("file"), "ä\n");
        File.CreateSymbolicLink(At("link"), At("file"));

        Assert.Equal("ä\n", PlainFile.ReadAllText(At("link")));
        Assert.Empty(PlainFile.ReadAllBytes("/dev/null"));
        Assert.NotEmpty(PlainFile.ReadAllText("/proc/self/stat"));
        Assert.Throws<FileNotFoundException>(() => PlainFile.OpenRead(At("none")));
        Assert.Throws<UnauthorizedAccessException>(() => PlainFile.OpenRead(_folder));
    }

    [Fact]
    public void Pipe_that_the_process_was_started_with_is_read()
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        pipe.Write("global: {}"u8);
        pipe.Flush();
        var path = $"/dev/fd/{pipe.GetClientHandleAsString()}";
        var open = PlainFile.OpenRead(path);
        pipe.DisposeLocalCopyOfClientHandle();
        pipe.Dispose();

        using var reader = new StreamReader(open);
        Assert.Equal("global: {}", reader.ReadToEnd());
    }

    [Fact]
    public void Pipe_among_targets_is_a_finding_and_not_waited_for()
    {
        var targets = TargetGroupFile.Load(Pipe("targets.json"));

        Assert.Null(targets.Groups);
        Assert.Contains("is a pipe and not a file", Assert.Single(targets.Diagnostics).Message, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private string Pipe(string name)
    {
        using var process = Process.Start("mkfifo", [At(name)]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return At(name);
    }
}
