using Touchline.Fetching;

namespace Touchline.Collectors.Probes;

/// <summary>A body that is counted while it is read, and that must not be longer than a limit (0 is none).</summary>
internal sealed class CountedBody(Stream inner, long limit, ProbeGauge length) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => (long)length.Value; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        length.Value += read;
        if (limit > 0 && length.Value > limit)
        {
            length.Value = limit;
            throw new FetchException("http: request body too large") { IsBodyTooLarge = true };
        }
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
