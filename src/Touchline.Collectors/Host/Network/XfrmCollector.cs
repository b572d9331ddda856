using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Network;

/// <summary>Packets that IPsec refused, by reason, from /proc/net/xfrm_stat.</summary>
internal sealed class XfrmCollector(HostOptions options) : NodeCollector("xfrm")
{
    private static readonly (string Field, string Name, string Help)[] Fields =
    [
        ("XfrmAcquireError", "node_xfrm_acquire_error_packets_total", "State hasn’t been fully acquired before use"),
        ("XfrmFwdHdrError", "node_xfrm_fwd_hdr_error_packets_total", "Forward routing of a packet is not allowed"),
        ("XfrmInBufferError", "node_xfrm_in_buffer_error_packets_total", "No buffer is left"),
        ("XfrmInError", "node_xfrm_in_error_packets_total", "All errors not matched by other"),
        ("XfrmInHdrError", "node_xfrm_in_hdr_error_packets_total", "Header error"),
        ("XfrmInNoPols", "node_xfrm_in_no_pols_packets_total", "No policy is found for states e.g. Inbound SAs are correct but no SP is found"),
        ("XfrmInNoStates", "node_xfrm_in_no_states_packets_total", "No state is found i.e. Either inbound SPI, address, or IPsec protocol at SA is wrong"),
        ("XfrmInPolBlock", "node_xfrm_in_pol_block_packets_total", "Policy discards"),
        ("XfrmInPolError", "node_xfrm_in_pol_error_packets_total", "Policy error"),
        ("XfrmInStateExpired", "node_xfrm_in_state_expired_packets_total", "State is expired"),
        ("XfrmInStateInvalid", "node_xfrm_in_state_invalid_packets_total", "State is invalid"),
        ("XfrmInStateMismatch", "node_xfrm_in_state_mismatch_packets_total", "State has mismatch option e.g. UDP encapsulation type is mismatch"),
        ("XfrmInStateModeError", "node_xfrm_in_state_mode_error_packets_total", "Transformation mode specific error"),
        ("XfrmInStateProtoError", "node_xfrm_in_state_proto_error_packets_total", "Transformation protocol specific error e.g. SA key is wrong"),
        ("XfrmInStateSeqError", "node_xfrm_in_state_seq_error_packets_total", "Sequence error i.e. Sequence number is out of window"),
        ("XfrmInTmplMismatch", "node_xfrm_in_tmpl_mismatch_packets_total", "No matching template for states e.g. Inbound SAs are correct but SP rule is wrong"),
        ("XfrmOutBundleCheckError", "node_xfrm_out_bundle_check_error_packets_total", "Bundle check error"),
        ("XfrmOutBundleGenError", "node_xfrm_out_bundle_gen_error_packets_total", "Bundle generation error"),
        ("XfrmOutError", "node_xfrm_out_error_packets_total", "All errors which is not matched others"),
        ("XfrmOutNoStates", "node_xfrm_out_no_states_packets_total", "No state is found"),
        ("XfrmOutPolBlock", "node_xfrm_out_pol_block_packets_total", "Policy discards"),
        ("XfrmOutPolDead", "node_xfrm_out_pol_dead_packets_total", "Policy is dead"),
        ("XfrmOutPolError", "node_xfrm_out_pol_error_packets_total", "Policy error"),
        ("XfrmOutStateExpired", "node_xfrm_out_state_expired_packets_total", "State is expired"),
        ("XfrmOutStateInvalid", "node_xfrm_out_state_invalid_packets_total", "State is invalid, perhaps expired"),
        ("XfrmOutStateModeError", "node_xfrm_out_state_mode_error_packets_total", "Transformation mode specific error"),
        ("XfrmOutStateProtoError", "node_xfrm_out_state_proto_error_packets_total", "Transformation protocol specific error"),
        ("XfrmOutStateSeqError", "node_xfrm_out_state_seq_error_packets_total", "Sequence error i.e. Sequence number overflow"),
    ];

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "net/xfrm_stat");
    private readonly NameCache<int> _places = new(name => Array.FindIndex(Fields, field => field.Field == name));

    public override void Collect(IMetricWriter writer)
    {
        Span<double> values = stackalloc double[Fields.Length];
        values.Clear();
        var lines = new ByteText(_reader.Read(_path));
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (fields.TryField(out var name) && _places.Get(name) is var place and >= 0)
            {
                values[place] = fields.Number();
            }
        }
        for (var i = 0; i < Fields.Length; i++)
        {
            writer.Counter(Fields[i].Name, Fields[i].Help, values[i]);
        }
    }
}
