using Touchline.Fetching;

namespace Touchline.Collectors.Probes;

/// <summary>A body that is counted while it is read, and that must not be longer than a limit (0 is none).</summary>
internal sealed class CountedBody(Stream inner, long limit, ProbeGauge length) : PassedBody
{
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
}
