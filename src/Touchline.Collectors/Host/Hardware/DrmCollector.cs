using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>Load and memory of AMD graphics cards, the only ones that tell it in /sys/class/drm.</summary>
internal sealed class DrmCollector(HostOptions options) : NodeCollector("drm")
{
    private static readonly (string File, string Metric, string Help)[] Numbers =
    [
        ("gpu_busy_percent", "node_drm_gpu_busy_percent", "How busy the GPU is as a percentage."),
        ("mem_info_gtt_total", "node_drm_memory_gtt_size_bytes", "The size of the graphics translation table (GTT) block in bytes."),
        ("mem_info_gtt_used", "node_drm_memory_gtt_used_bytes", "The used amount of the graphics translation table (GTT) block in bytes."),
        ("mem_info_vis_vram_total", "node_drm_memory_vis_vram_size_bytes", "The size of visible VRAM in bytes."),
        ("mem_info_vis_vram_used", "node_drm_memory_vis_vram_used_bytes", "The used amount of visible VRAM in bytes."),
        ("mem_info_vram_total", "node_drm_memory_vram_size_bytes", "The size of VRAM in bytes."),
        ("mem_info_vram_used", "node_drm_memory_vram_used_bytes", "The used amount of VRAM in bytes."),
    ];

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/drm");

    public override void Collect(IMetricWriter writer)
    {
        var table = new FamilyTable();
        // The connectors of a card stand beside it: card0-DP-1.
        foreach (var card in SysFiles.FindNumbered(_folder, "card").Where(path => Path.GetFileName(path).Length == "card0".Length))
        {
            var device = Path.Combine(card, "device");
            if (!_files.Text(Path.Combine(device, "uevent")).Contains("DRIVER=amdgpu", StringComparison.Ordinal))
            {
                continue;
            }
            var name = Path.GetFileName(card);
            table.Gauge(
                "node_drm_card_info", "Card information", 1, "card", name,
                "memory_vendor", _files.TextOrEmpty(Path.Combine(device, "mem_info_vram_vendor")),
                "power_performance_level", _files.TextOrEmpty(Path.Combine(device, "power_dpm_force_performance_level")),
                "unique_id", _files.TextOrEmpty(Path.Combine(device, "unique_id")), "vendor", "amd");
            foreach (var (file, metric, help) in Numbers)
            {
                table.Gauge(metric, help, _files.TryWhole(Path.Combine(device, file), out var value) ? value : 0, "card", name);
            }
        }
        table.WriteTo(writer);
    }
}
