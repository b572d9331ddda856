using System.Buffers;

namespace Touchline.Fetching;

/// <summary>A body in rented memory, owned by one scrape and given back when disposed.</summary>
public sealed class BodyBuffer(BodyBudget budget) : IDisposable
{
    private const int SmallestSize = 32 * 1024;

    private byte[] _bytes = [];
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Reads a stream to its end. More than the limit is refused before it is kept.</summary>
    /// <param name="expectedBytes">A guess that spares growing, from the previous scrape.</param>
    public async Task FillAsync(Stream stream, long limitBytes, int expectedBytes, CancellationToken cancellationToken)
    {
        limitBytes = Math.Min(limitBytes, Array.MaxLength - 1);
        Grow((int)Math.Min(Math.Max(expectedBytes, SmallestSize), limitBytes + 1));
        while (true)
        {
            if (_length == _bytes.Length)
            {
                Grow((int)Math.Min(_bytes.Length * 2L, Math.Max(limitBytes + 1, _bytes.Length + 1)));
            }
            var read = await stream.ReadAsync(_bytes.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }
            _length += read;
            if (_length > limitBytes)
            {
                throw new FetchException($"body size limit exceeded: more than {limitBytes} bytes, raise body_size_limit to allow more") { IsBodyTooLarge = true };
            }
        }
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            Release(_bytes);
        }
        _bytes = [];
        _length = 0;
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        if (!budget.TryTake(larger.Length))
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw new FetchException($"too many bytes of scraped bodies in memory at once (limit {budget.LimitBytes} over all targets)") { IsBodyTooLarge = true };
        }
        _bytes.AsSpan(0, _length).CopyTo(larger);
        if (_bytes.Length > 0)
        {
            Release(_bytes);
        }
        _bytes = larger;
    }

    private void Release(byte[] bytes)
    {
        budget.GiveBack(bytes.Length);
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
