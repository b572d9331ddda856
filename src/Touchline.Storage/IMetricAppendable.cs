namespace Touchline.Storage;

/// <summary>Something that samples can be written to. Thread-safe.</summary>
public interface IMetricAppendable
{
    /// <summary>Opens a batch. The caller owns it and disposes it; several may be open at once on different threads.</summary>
    IAppender OpenAppender();
}
