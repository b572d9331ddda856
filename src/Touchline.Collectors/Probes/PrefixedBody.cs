namespace Touchline.Collectors.Probes;

/// <summary>A body whose first bytes were read already, and are read again here.</summary>
internal sealed class PrefixedBody(ReadOnlyMemory<byte> prefix, Stream rest) : PassedBody
{
    private ReadOnlyMemory<byte> _prefix = prefix;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_prefix.IsEmpty)
        {
            return rest.ReadAsync(buffer, cancellationToken);
        }
        var taken = Math.Min(buffer.Length, _prefix.Length);
        _prefix[..taken].CopyTo(buffer);
        _prefix = _prefix[taken..];
        return ValueTask.FromResult(taken);
    }
}
