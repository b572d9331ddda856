namespace Touchline.Collectors.Host;

/// <summary>
/// One collector of the host's metrics, named as in node_exporter. Called by one thread at a time. What it cannot read it throws
/// (IOException, UnauthorizedAccessException, FormatException): that costs this collector only.
/// </summary>
internal abstract class NodeCollector(string name) : IDisposable
{
    public string Name { get; } = name;

    public abstract void Collect(IMetricWriter writer);

    /// <summary>Lets go of what it holds. Not called while it hangs.</summary>
    public virtual void Dispose()
    {
    }
}
