using System.Buffers.Binary;

namespace Touchline.Benchmarks.Streams;

/// <summary>Bodies made once and kept in a file, each behind its length, so that every server is sent the very same bytes.</summary>
internal sealed class BodyFile : IDisposable
{
    private readonly string _path;

    private BodyFile(string path, WriteStream stream, long samples)
    {
        _path = path;
        Stream = stream;
        Samples = samples;
    }

    public WriteStream Stream { get; }

    public long Samples { get; }

    public static BodyFile Write(WriteStream stream, string path)
    {
        var requests = new WriteRequests(stream);
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            Span<byte> length = stackalloc byte[4];
            foreach (var body in requests.Bodies())
            {
                BinaryPrimitives.WriteInt32LittleEndian(length, body.Length);
                file.Write(length);
                file.Write(body.Span);
            }
        }
        return new BodyFile(path, stream, requests.Samples);
    }

    /// <summary>Each body is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Bodies()
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        var length = new byte[4];
        var body = Array.Empty<byte>();
        while (file.ReadAtLeast(length, 4, throwOnEndOfStream: false) == 4)
        {
            var bytes = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (body.Length < bytes)
            {
                body = new byte[bytes];
            }
            file.ReadExactly(body, 0, bytes);
            yield return body.AsMemory(0, bytes);
        }
    }

    public void Dispose() => File.Delete(_path);
}
