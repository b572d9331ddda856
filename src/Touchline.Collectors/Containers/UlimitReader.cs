using System.Globalization;
using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers;

/// <summary>How many files a container's first process may have open. Not thread-safe.</summary>
internal sealed class UlimitReader(string procPath)
{
    private static readonly string[] OpenFiles = ["ulimit", "max_open_files"];

    private readonly FileReader _reader = new();

    public void Read(Cgroup group, int pid)
    {
        if (!_reader.TryRead(procPath + "/" + pid.ToString(CultureInfo.InvariantCulture) + "/limits", out var text))
        {
            return;
        }
        var lines = new ByteText(text);
        while (lines.TryLine(out var line))
        {
            if (line.StartsWith("Max open files"u8))
            {
                var fields = new ByteText(line["Max open files".Length..]);
                if (fields.TryField(out var soft))
                {
                    group.Add(LabelledMetric.UlimitsSoft, OpenFiles, soft.SequenceEqual("unlimited"u8) ? -1 : ByteText.Number(soft));
                }
                return;
            }
        }
    }
}
