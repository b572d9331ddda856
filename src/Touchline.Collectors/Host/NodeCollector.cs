namespace Touchline.Collectors.Host;

/// <summary>
/// One collector of the host's metrics, named as in node_exporter. Called by one thread at a time. What it cannot read it throws
/// (IOException, UnauthorizedAccessException, FormatException): that costs this collector only.
/// </summary>
internal abstract class NodeCollector(string name) : IDisposable
{
    public string Name { get; } = name;

    /// <summary>Why this host has nothing of what is collected here, as the last collection found it; null where it has.</summary>
    public string? Absence { get; set; }

    /// <summary>Whether it gives on what others wrote, under whatever name: a family that a collector has too is then one, and the collector says what it is.</summary>
    public virtual bool SpeaksForOthers => false;

    public abstract void Collect(IMetricWriter writer);

    /// <summary>
    /// To be called by <see cref="Collect"/>, which then returns, where this host has no such thing: the collector has not succeeded, as
    /// in node_exporter, but nobody need be warned, and no exception is paid for at every collection.
    /// </summary>
    protected void NothingHere(string reason) => Absence = reason;

    /// <summary>Whether a folder or file is there. Where it is not, it has been said that there is nothing here.</summary>
    protected bool IsHere(string path)
    {
        if (Path.Exists(path))
        {
            return true;
        }
        NothingHere($"there is no {path}");
        return false;
    }

    /// <summary>Lets go of what it holds. Not called while it hangs.</summary>
    public virtual void Dispose()
    {
    }
}
