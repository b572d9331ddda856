namespace Touchline.Tsdb.Prometheus;

/// <summary>Times from the first to the last, both included.</summary>
internal readonly record struct DeletedInterval(long First, long Last)
{
    public bool Contains(long time) => time >= First && time <= Last;
}
