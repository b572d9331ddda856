namespace Touchline.Benchmarks.Queries;

/// <summary>What people ask: of the synthetic stream, queries of every kind; of the recorded one, a page about one machine.</summary>
internal static class StreamQueries
{
    public static readonly string[] All =
    [
        // Selectors.
        "node_hwmon_temp_celsius{instance=~\"10.1.0.[0-2]:9100\"}",
        "count by (mode) ({job=\"node\",cluster!=\"\"})",
        "avg by (chip) (node_hwmon_temp_celsius)",
        "quantile by (handler) (0.9, request_score)",
        "sum by (job) ({__name__=~\"node_network_.*_total\"})",
        "topk(5, node_hwmon_temp_celsius)",
        "count_values by (cluster) (\"value\", node_filesystem_readonly)",
        "count(node_filesystem_files == 0)",
        // Rates.
        "rate(node_network_receive_bytes_total{instance=~\"10.1.0.([0-9]|1[0-2]):9100\"}[5m])",
        "sum by (instance) (rate(node_network_receive_bytes_total[5m]))",
        "sum(rate(http_requests_total[5m]))",
        "sum by (handler, code) (rate(http_requests_total[5m]))",
        "topk(5, sum by (handler) (rate(http_requests_total[5m])))",
        "sum(rate(http_requests_total{code=~\"5..\"}[5m])) / sum(rate(http_requests_total[5m]))",
        "100 * (1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[5m])))",
        "sum by (instance, mode) (rate(node_cpu_seconds_total[2m]))",
        "sum without (cpu) (rate(node_cpu_seconds_total{instance=\"10.1.0.1:9100\"}[5m]))",
        "sum by (instance) (irate(node_network_transmit_bytes_total[2m]))",
        "increase(http_requests_total{code=\"500\",method=\"GET\"}[1h]) > 100",
        "sum(resets(http_requests_total[1h]))",
        // Functions over time.
        "quantile_over_time(0.95, request_score{handler=\"/api/v1/query\"}[30m])",
        "max by (instance) (max_over_time(node_hwmon_temp_celsius[10m]))",
        "avg_over_time(node_hwmon_temp_celsius{sensor=\"temp3\"}[15m])",
        "min_over_time(node_hwmon_temp_celsius{sensor=\"temp4\"}[1h])",
        "stddev_over_time(request_score{shard=\"1\"}[10m])",
        "deriv(node_hwmon_temp_celsius{sensor=\"temp1\"}[30m])",
        "predict_linear(node_hwmon_temp_celsius{sensor=\"temp1\"}[1h], 3600)",
        "changes(node_hwmon_temp_celsius{sensor=\"temp7\"}[10m])",
        "sum(count_over_time({job=\"node\",cluster!=\"\"}[5m]))",
        // Vectors with vectors, subqueries, labels.
        "node_hwmon_temp_celsius{sensor=\"temp2\"} - on (instance, chip, sensor) node_hwmon_temp_celsius{sensor=\"temp2\"} offset 10m",
        "rate(node_cpu_seconds_total{mode=\"user\"}[5m]) / on (instance) group_left sum by (instance) (rate(node_cpu_seconds_total[5m]))",
        "http_requests_total{method=\"GET\",code=\"200\"} and on (instance) (node_hwmon_temp_celsius{sensor=\"temp1\"} > 60)",
        "max_over_time(sum by (instance) (rate(http_requests_total{code=\"200\"}[5m]))[30m:1m])",
        "label_replace(sum by (instance) (rate(http_requests_total{method=\"POST\"}[5m])), \"host\", \"$1\", \"instance\", \"(.*):.*\")",
    ];

    /// <summary>The panels of a page about one machine, as dashboards of node_exporter's figures have them.</summary>
    public static IReadOnlyList<string> NodePage(string instance)
    {
        var node = $"instance=\"{instance}\",job=\"node\"";
        string[] panels =
        [
            $"100 * (1 - avg(rate(node_cpu_seconds_total{{mode=\"idle\",{node}}}[1m])))",
            $"node_load1{{{node}}} * 100 / count without (cpu, mode) (node_cpu_seconds_total{{mode=\"idle\",{node}}})",
            $"(1 - node_memory_MemAvailable_bytes{{{node}}} / node_memory_MemTotal_bytes{{{node}}}) * 100",
            $"(node_memory_SwapTotal_bytes{{{node}}} - node_memory_SwapFree_bytes{{{node}}}) / node_memory_SwapTotal_bytes{{{node}}} * 100",
            $"100 - node_filesystem_avail_bytes{{{node},fstype!=\"rootfs\"}} * 100 / node_filesystem_size_bytes{{{node},fstype!=\"rootfs\"}}",
            $"node_time_seconds{{{node}}} - node_boot_time_seconds{{{node}}}",
            $"sum by (instance) (rate(node_cpu_seconds_total{{mode=\"system\",{node}}}[1m])) / on (instance) group_left sum by (instance) (rate(node_cpu_seconds_total{{{node}}}[1m]))",
            $"sum by (instance) (rate(node_cpu_seconds_total{{mode=\"user\",{node}}}[1m])) / on (instance) group_left sum by (instance) (rate(node_cpu_seconds_total{{{node}}}[1m]))",
            $"sum by (mode) (irate(node_cpu_seconds_total{{{node}}}[1m])) * 100",
            $"node_memory_MemTotal_bytes{{{node}}} - node_memory_MemFree_bytes{{{node}}} - (node_memory_Cached_bytes{{{node}}} + node_memory_Buffers_bytes{{{node}}} + node_memory_SReclaimable_bytes{{{node}}})",
            $"node_memory_Cached_bytes{{{node}}} + node_memory_Buffers_bytes{{{node}}} + node_memory_SReclaimable_bytes{{{node}}}",
            $"node_memory_MemFree_bytes{{{node}}}",
            $"node_memory_Active_bytes{{{node}}}",
            $"node_memory_Inactive_bytes{{{node}}}",
            $"node_memory_Dirty_bytes{{{node}}}",
            $"node_memory_Mapped_bytes{{{node}}}",
            $"node_memory_Committed_AS_bytes{{{node}}}",
            $"rate(node_network_receive_bytes_total{{{node}}}[1m]) * 8",
            $"rate(node_network_transmit_bytes_total{{{node}}}[1m]) * 8",
            $"rate(node_network_receive_packets_total{{{node}}}[1m])",
            $"rate(node_network_receive_errs_total{{{node}}}[1m]) + rate(node_network_transmit_errs_total{{{node}}}[1m])",
            $"node_filesystem_size_bytes{{{node},device!~\"rootfs\"}} - node_filesystem_avail_bytes{{{node},device!~\"rootfs\"}}",
            $"node_filesystem_files_free{{{node}}}",
            $"rate(node_disk_reads_completed_total{{{node}}}[1m])",
            $"rate(node_disk_writes_completed_total{{{node}}}[1m])",
            $"rate(node_disk_read_bytes_total{{{node}}}[1m])",
            $"rate(node_disk_written_bytes_total{{{node}}}[1m])",
            $"rate(node_disk_io_time_seconds_total{{{node}}}[1m])",
            $"rate(node_disk_read_time_seconds_total{{{node}}}[1m]) / rate(node_disk_reads_completed_total{{{node}}}[1m])",
            $"irate(node_context_switches_total{{{node}}}[1m])",
            $"irate(node_intr_total{{{node}}}[1m])",
            $"irate(node_forks_total{{{node}}}[1m])",
            $"node_procs_running{{{node}}}",
            $"node_procs_blocked{{{node}}}",
            $"{{__name__=~\"node_load(1|5|15)\",{node}}}",
            $"node_sockstat_TCP_inuse{{{node}}} + node_sockstat_UDP_inuse{{{node}}}",
            $"irate(node_netstat_Tcp_InSegs{{{node}}}[1m])",
            $"irate(node_netstat_Tcp_RetransSegs{{{node}}}[1m])",
            $"rate(node_vmstat_pgfault{{{node}}}[1m])",
            $"node_filefd_allocated{{{node}}}",
        ];
        return panels;
    }
}
