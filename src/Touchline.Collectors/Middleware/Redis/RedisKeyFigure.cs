namespace Touchline.Collectors.Middleware.Redis;

/// <summary>What is shown of one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Size">Bytes of a text, or how many items; 0 where the key is not there.</param>
internal sealed record RedisKeyFigure(RedisWatchedKey Key, double Size)
{
    /// <summary>In bytes, with what the server needs for itself; null where it does not say.</summary>
    public double? Memory { get; init; }

    /// <summary>The value of a text that is a number.</summary>
    public double? Value { get; init; }

    /// <summary>A text that is none, where it is to be shown.</summary>
    public string? Text { get; init; }
}
