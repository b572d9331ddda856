using Touchline.Tsdb.Exchange;

namespace Touchline.Tsdb.Inspection;

/// <summary>Where things are in a data directory that is looked into and not changed.</summary>
internal static class DataLayout
{
    /// <exception cref="ExchangeException">There is no such data directory.</exception>
    public static DataDirectory Existing(string path)
    {
        var layout = DataDirectory.Of(Path.GetFullPath(path));
        return Directory.Exists(layout.Blocks) || Directory.Exists(layout.Wal)
            ? layout
            : throw new ExchangeException($"{layout.Root} is no data directory of Touchline");
    }
}
