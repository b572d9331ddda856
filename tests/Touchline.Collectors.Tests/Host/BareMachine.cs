using System.Buffers;
using System.Text;
using Touchline.Collectors.Host;

namespace Touchline.Collectors.Tests.Host;

/// <summary>A machine in a folder of its own that has only what a test puts there.</summary>
internal sealed class BareMachine : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("touchline-machine-").FullName;

    public BareMachine()
    {
        Options = new HostOptions { ProcPath = At("proc"), SysPath = At("sys"), RootFsPath = At("root") };
        Directory.CreateDirectory(Options.ProcPath);
        Directory.CreateDirectory(Options.SysPath);
    }

    public HostOptions Options { get; }

    public string At(string path) => Path.Combine(_root, path);

    public void Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    public void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllBytes(At(path), content);
    }

    public void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.CreateSymbolicLink(At(path), target);
    }

    /// <summary>Puts a file there that can be opened but not read: the kernel answers EIO, or EINVAL, or that it is a folder.</summary>
    public void WriteRefusing(string path, Refusal refusal)
    {
        if (refusal == Refusal.Folder)
        {
            Directory.CreateDirectory(At(path));
        }
        else
        {
            Link(path, refusal == Refusal.InputOutput ? "/proc/self/mem" : "/proc/self/clear_refs");
        }
    }

    /// <summary>The samples that a collector gives of this machine, as lines of text.</summary>
    public static IReadOnlyList<string> Samples(NodeCollector collector)
    {
        var buffer = new ArrayBufferWriter<byte>();
        collector.Collect(new TextMetricWriter(buffer, TextMetricFormat.Prometheus));
        return [.. Encoding.UTF8.GetString(buffer.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}

/// <summary>How a file refuses to be read.</summary>
public enum Refusal
{
    InputOutput,
    InvalidArgument,
    Folder,
}
