namespace Touchline.Tsdb;

/// <summary>A data directory cannot be opened; the message says which, why and what would help.</summary>
public sealed class TsdbOpenException : IOException
{
    public TsdbOpenException(string message)
        : base(message)
    {
    }

    public TsdbOpenException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
