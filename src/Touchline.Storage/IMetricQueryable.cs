namespace Touchline.Storage;

/// <summary>Something that samples can be read from. Thread-safe.</summary>
public interface IMetricQueryable
{
    /// <summary>What happened to samples of which times; null where the store does not tell, or not yet.</summary>
    ChangeHistory? Changes => null;

    /// <summary>
    /// Opens a view of what was committed until now between the two times, both inclusive, ms since the Unix epoch. The caller
    /// disposes it; until then what it reads from is kept (blocks are not deleted under it).
    /// </summary>
    IQuerier OpenQuerier(long minTimeMs, long maxTimeMs);
}
