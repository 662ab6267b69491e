"""The chart of the training of networks."""

from landloom.report.training_chart import training_chart

HEAD = "network,number,training_loss,validation_loss,oa,f1,kappa\n"


def test_a_line_for_each_model_and_none_without(tmp_path):
    assert training_chart([]) is None
    path = tmp_path / "south_run0_epochs.csv"
    path.write_text(HEAD + "1,1,1.0,1.1,0.5,0.4,0.3\n1,2,0.8,0.9,0.6,0.5,0.4\n2,1,1.2,1.3,0.4,0.3,0.2\n")
    one = training_chart([path])
    assert one.startswith("data:image/png;base64,")
    assert one == training_chart([path])
    path.write_text(HEAD + "1,1,1.0,,,,\n1,2,0.8,,,,\n")  # without validation polygons
    assert training_chart([path]) != one
    path.write_text(
        "network,number,training_loss,validation_loss,rmse,mae,r2\n1,1,1.0,1.1,9,7,0.3\n1,2,0.8,0.9,8,6,1\n"
    )
    assert training_chart([path]).startswith("data:image/png;base64,")
