using Touchline.Tsdb.Exchange;

namespace Touchline.Tsdb.Inspection;

/// <summary>Where things are in a data directory that is looked into and not changed.</summary>
internal static class DataLayout
{
    /// <exception cref="ExchangeException">There is no such data directory.</exception>
    public static DataDirectory Existing(string path)
    {
        var layout = DataDirectory.Of(Path.GetFullPath(path));
        if (!Directory.Exists(layout.Root))
        {
            throw new ExchangeException($"{layout.Root}: there is no such directory");
        }
        if (DataDirectory.IsOfPrometheus(layout.Root))
        {
            throw new ExchangeException(
                $"{layout.Root} is a data directory of Prometheus's; bring it into one of Touchline's with: touchline tsdb import-prometheus {layout.Root} --storage.tsdb.path=DIR");
        }
        foreach (var part in (string[])[layout.Blocks, layout.Wal])
        {
            if (File.Exists(part))
            {
                throw new ExchangeException($"{part} is a file, expected a directory: {layout.Root} is no data directory of Touchline, or is damaged");
            }
        }
        return Directory.Exists(layout.Blocks) || Directory.Exists(layout.Wal)
            ? layout
            : throw new ExchangeException($"{layout.Root} is no data directory of Touchline: it has neither blocks nor a log");
    }
}
