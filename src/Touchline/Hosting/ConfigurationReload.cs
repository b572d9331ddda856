namespace Touchline.Hosting;

/// <summary>Brings a changed configuration file into force.</summary>
internal sealed class ConfigurationReload(RunningConfiguration configuration, Collection collection)
{
    public bool TryReload(out string error) => configuration.TryReload(collection.Apply, out error);
}
