using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>Errors of memory that the controllers corrected or could not correct, from /sys/devices/system/edac.</summary>
internal sealed class EdacCollector(HostOptions options) : NodeCollector("edac")
{
    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "devices/system/edac/mc");

    public override void Collect(IMetricWriter writer)
    {
        var table = new FamilyTable();
        foreach (var folder in SysFiles.FindNumbered(_folder, "mc"))
        {
            var controller = Path.GetFileName(folder)["mc".Length..];
            table.Counter("node_edac_correctable_errors_total", "Total correctable memory errors.", Read(folder, "ce_count"), "controller", controller);
            table.Counter("node_edac_uncorrectable_errors_total", "Total uncorrectable memory errors.", Read(folder, "ue_count"), "controller", controller);
            WriteRow(table, controller, "unknown", Read(folder, "ce_noinfo_count"), Read(folder, "ue_noinfo_count"));
            foreach (var row in SysFiles.FindNumbered(folder, "csrow"))
            {
                WriteRow(table, controller, Path.GetFileName(row)["csrow".Length..], Read(row, "ce_count"), Read(row, "ue_count"));
            }
        }
        table.WriteTo(writer);
    }

    private static void WriteRow(FamilyTable table, string controller, string row, double corrected, double uncorrected)
    {
        string[] labels = ["controller", controller, "csrow", row];
        table.Counter("node_edac_csrow_correctable_errors_total", "Total correctable memory errors for this csrow.", corrected, labels);
        table.Counter("node_edac_csrow_uncorrectable_errors_total", "Total uncorrectable memory errors for this csrow.", uncorrected, labels);
    }

    private double Read(string folder, string file) => _files.Whole(Path.Combine(folder, file));
}
